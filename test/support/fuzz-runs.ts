/** How many random inputs a fuzzer tries: `usual` in CI, `FUZZ_RUNS` of them in a long run. */
export const fuzzRuns = (usual: number): number => Number(process.env['FUZZ_RUNS'] ?? usual);
