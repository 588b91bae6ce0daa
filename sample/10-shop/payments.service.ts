import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

const BANK_MS = 300;

/** Stands for a bank: takes its time, and always pays. */
@Injectable()
export class PaymentsService {
  /** @param _cents how much */
  async pay(_cents: number): Promise<void> {
    await delay(BANK_MS);
  }
}
