import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DeadlineHeap } from '../../../../lib/providers/memory/deadline-heap.js';
import { NO_SLOT } from '../../../../lib/providers/memory/slot-list.js';

const SLOTS = 24;

const step = fc.record({
  kind: fc.constantFrom('insert', 'move', 'remove'),
  slot: fc.integer({ min: 0, max: SLOTS - 1 }),
  deadline: fc.integer({ min: 0, max: 40 }),
});

describe('DeadlineHeap', () => {
  it('is empty at first', () => {
    const heap = new DeadlineHeap(4);
    expect([heap.size, heap.first]).toEqual([0, NO_SLOT]);
  });

  it('knows the earliest deadline after any program of inserts, moves and removals', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (program) => {
        const heap = new DeadlineHeap(SLOTS);
        const model = new Map<number, number>();
        for (const { kind, slot, deadline } of program) {
          const isIn = model.has(slot);
          if (kind === 'remove' && isIn) {
            heap.remove(slot);
            model.delete(slot);
          } else if (kind !== 'remove') {
            if (isIn) heap.move(slot, deadline);
            else heap.insert(slot, deadline);
            model.set(slot, deadline);
          }
          expect(heap.size).toBe(model.size);
          expect(model.get(heap.first) ?? Infinity).toBe(Math.min(...model.values()));
        }
      }),
    );
  });

  it('gives the slots back in the order of their deadlines', () => {
    const heap = new DeadlineHeap(6);
    [50, 10, 40, 30, 20, 60].forEach((deadline, slot) => heap.insert(slot, deadline));
    heap.move(1, 45);
    heap.move(5, 5);
    heap.remove(2);
    const order: number[] = [];
    for (; heap.size > 0; heap.remove(heap.first)) order.push(heap.first);
    expect(order).toEqual([5, 4, 3, 1, 0]);
  });
});
