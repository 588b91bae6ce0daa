import { expectTypeOf } from 'expect-type';
import { ParseBoolPipe, ParseIntPipe } from '@nestjs/common';
import type { SessionParamFor } from '../../lib/nest/session-param-type.js';
import type { SessionPath, SessionPathValue } from '../../lib/session/session-path.js';

/** What an app would merge into `SessionData`; a type of its own, as a merged one would reach every file of the program. */
interface ShopData {
  beta: boolean;
  theme?: 'light' | 'dark';
  note: string | null;
  cart: string[];
  anything: any;
  opaque: unknown;
  feature: { beta: boolean; limits?: { daily: number }; flags: Record<string, boolean> };
  maybe: { count: number } | null;
  'feature.literal': Date;
}

declare const ShopParam: SessionParamFor<ShopData>;
declare const LooseParam: SessionParamFor<object>;
const method = Symbol('method');

/** Right uses: every line of this class compiles. */
export class Right {
  exact(@ShopParam('beta') _x: boolean): void {}
  defaulted(@ShopParam('beta') _x: boolean = false): void {}
  inferred(@ShopParam('beta') _x = false): void {}
  optional(@ShopParam('theme') _x?: 'light' | 'dark'): void {}
  optionalDefaulted(@ShopParam('theme') _x: 'light' | 'dark' = 'light'): void {}
  wider(@ShopParam('beta') _x: boolean | string): void {}
  unknown(@ShopParam('beta') _x: unknown): void {}
  any(@ShopParam('beta') _x: any): void {}
  nullable(@ShopParam('note') _x: string | null): void {}
  array(@ShopParam('cart') _x: readonly string[]): void {}
  untyped(@ShopParam('anything') _x: number, @ShopParam('opaque') _y: string): void {}
  second(_first: string, @ShopParam('beta') _x: boolean): void {}
  async promised(@ShopParam('beta') _x: boolean): Promise<void> {}
  answers(@ShopParam('beta') x: boolean) {
    return this.exact(x);
  }
  generic<T>(@ShopParam('beta') x: T): T {
    return x;
  }
  [method](@ShopParam('beta') _x: boolean): void {}
  static fixed(@ShopParam('beta') _x: boolean): void {}
  'quoted name'(@ShopParam('beta') _x: boolean): void {}

  path(@ShopParam('feature.beta') _x: boolean): void {}
  pathMayBeMissing(@ShopParam('feature.limits.daily') _x: number = 5): void {}
  pathThroughNull(@ShopParam('maybe.count') _x?: number): void {}
  record(@ShopParam('feature.flags.any') _x: boolean): void {}
  literalWins(@ShopParam('feature.literal') _x: Date): void {}
  unresolved(@ShopParam('feature.unheard') _x: Date, @ShopParam('un.heard') _y: Date): void {}
  intoArray(@ShopParam('cart.0') _x: Date, @ShopParam('opaque.x') _y: Date): void {}

  named(@ShopParam() beta: string): string {
    return beta;
  }
  piped(@ShopParam('beta', ParseIntPipe) _x: number, @ShopParam(new ParseBoolPipe()) _y: number): void {}
  pipedOptions(@ShopParam({ key: 'beta', default: '1' }, ParseIntPipe) _x: number): void {}

  option(@ShopParam({ key: 'beta' }) _x: boolean): void {}
  optionDefault(@ShopParam({ key: 'theme', default: 'light' }) _x: 'light' | 'dark'): void {}
  optionFactory(@ShopParam({ key: 'cart', default: () => [] }) _x: string[]): void {}
  optionPromised(@ShopParam({ key: 'beta', default: async () => false }) _x: boolean): void {}
  optionNull(@ShopParam({ key: 'beta', default: null }) _x: boolean | null): void {}
  optionNoKey(@ShopParam({ default: 'light' }) theme: 'light' | 'dark', @ShopParam({}) _y: Date): unknown {
    return theme;
  }
  optionUnresolved(@ShopParam({ key: 'un.heard', default: [] }) _x: string[]): void {}

  private hidden(@ShopParam('beta') _x: string): void {}
  protected guarded(@ShopParam('beta') _x: string): void {}
  used(): unknown {
    return [this.hidden, this.guarded];
  }
}

/** While nothing is declared, anything goes. */
export class Loose {
  any(
    @LooseParam('beta') _x: string,
    @LooseParam('a.b') _y: Date,
    @LooseParam({ key: 'x' }) _z: number,
  ): void {}
  dynamic(@LooseParam(String(1)) _x: string): void {}
  fits(@LooseParam({ key: 'x', default: 1 }) _x: number): void {}
  // @ts-expect-error: the default does not fit
  wrong(@LooseParam({ key: 'x', default: 1 }) _x: string): void {}
}

/** Wrong uses: none of them compiles. */
export class Wrong {
  // @ts-expect-error: boolean into string
  type(@ShopParam('beta') _x: string): void {}
  // @ts-expect-error: boolean into string, also with a default value
  defaulted(@ShopParam('beta') _x: string = ''): void {}
  // @ts-expect-error: the wrong one of two
  second(@ShopParam('beta') _x: boolean, @ShopParam('beta') _y: string): void {}
  // @ts-expect-error: an optional key may be missing
  missing(@ShopParam('theme') _x: 'light' | 'dark'): void {}
  // @ts-expect-error: a stored null is passed as null, the default value does not replace it
  nullable(@ShopParam('note') _x: string = ''): void {}
  // @ts-expect-error: string into a narrower type
  narrower(@ShopParam('note') _x: 'a' | null): void {}
  // @ts-expect-error: no such key
  typo(@ShopParam('bta') _x: boolean): void {}
  // @ts-expect-error: no such key, also with a pipe
  typoPiped(@ShopParam('bta', ParseIntPipe) _x: number): void {}
  // @ts-expect-error: a path of another type
  path(@ShopParam('feature.beta') _x: string): void {}
  // @ts-expect-error: an optional step may be missing
  pathMissing(@ShopParam('feature.limits.daily') _x: number): void {}
  // @ts-expect-error: a nullable step may lead nowhere
  pathThroughNull(@ShopParam('maybe.count') _x: number): void {}
  // @ts-expect-error: the literal key wins over the path
  literal(@ShopParam('feature.literal') _x: boolean): void {}
  // @ts-expect-error: the declared type does not fit
  option(@ShopParam({ key: 'beta', default: 'x' }) _x: string): void {}
  // @ts-expect-error: the default does not fit
  optionDefault(@ShopParam({ key: 'beta', default: 'x' }) _x: boolean): void {}
  // @ts-expect-error: the default does not fit
  optionNoKey(@ShopParam({ default: 1 }) _x: string): void {}
  // @ts-expect-error: what the function answers does not fit
  optionFactory(@ShopParam({ key: 'beta', default: () => 1 }) _x: boolean): void {}
  // @ts-expect-error: an unknown option
  optionTypo(@ShopParam({ name: 'beta' }) _x: boolean): void {}
  // @ts-expect-error: a static method
  static fixed(@ShopParam('beta') _x: string): void {}
  // @ts-expect-error: a symbol
  [method](@ShopParam('beta') _x: string): void {}
  // @ts-expect-error: a parameter of a constructor, which no request calls
  constructor(@ShopParam('beta') readonly beta: boolean) {}
}

expectTypeOf<SessionPath<{ a: 1; 0: 2 }>>().toEqualTypeOf<'a' | `${string}.${string}`>();
expectTypeOf<SessionPath<object>>().toEqualTypeOf<string>();
expectTypeOf<SessionPathValue<ShopData, 'feature.limits.daily'>>().toEqualTypeOf<number | undefined>();
expectTypeOf<SessionPathValue<ShopData, 'theme'>>().toEqualTypeOf<'light' | 'dark' | undefined>();
expectTypeOf<SessionPathValue<ShopData, 'un.heard'>>().toBeUnknown();
