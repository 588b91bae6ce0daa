/** Settles with `task`, and never rejects: what tidying up leaves behind, the next one who comes by takes along. */
export const tidied = (task: Promise<void>): Promise<void> => task.catch(() => undefined);
