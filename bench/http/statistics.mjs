export const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

export function median(numbers) {
  const all = sorted(numbers);
  const middle = Math.floor(all.length / 2);
  return all.length % 2 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
}

/** Of paired rounds: the median ratio and the middle half of all of them. */
export function ratioOf(above, below) {
  const ratios = sorted(above.map((number, round) => number / below[round]));
  const at = (share) => ratios[Math.round((ratios.length - 1) * share)];
  return { median: median(ratios), from: at(0.25), to: at(0.75) };
}
