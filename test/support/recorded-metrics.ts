import { metrics } from '@opentelemetry/api';
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

/** A reader that reads when a test asks. */
class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

type Point = DataPoint<number | Histogram>;

/** A value by the metric and the attributes that it belongs to: `{ 'a.metric{first value,second value}': 2 }`. */
export type Points = Readonly<Record<string, number>>;

/** OpenTelemetry's real SDK, registered for the process from its making until `stop()`. */
export class RecordedMetrics {
  readonly #reader = new OnDemandReader();

  constructor() {
    metrics.disable();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [this.#reader] }));
  }

  stop(): void {
    metrics.disable();
  }

  /** All points: the sums, and for a histogram how many values it has seen. */
  async points(): Promise<Points> {
    const collected = await this.#metrics();
    return Object.fromEntries(
      collected.flatMap(({ descriptor, dataPoints }) =>
        (dataPoints as Point[]).map(({ attributes, value }) => [
          `${descriptor.name}${labelsOf(attributes)}`,
          typeof value === 'number' ? value : value.count,
        ]),
      ),
    );
  }

  /** Every value of every attribute. */
  async attributeValues(): Promise<readonly unknown[]> {
    const collected = await this.#metrics();
    return collected.flatMap(({ dataPoints }) =>
      (dataPoints as Point[]).flatMap(({ attributes }) => Object.values(attributes)),
    );
  }

  /** All that an exporter would get, as text. */
  async text(): Promise<string> {
    return JSON.stringify((await this.#reader.collect()).resourceMetrics.scopeMetrics);
  }

  /** How each metric is described. */
  async units(): Promise<Readonly<Record<string, string>>> {
    const collected = await this.#metrics();
    return Object.fromEntries(collected.map(({ descriptor }) => [descriptor.name, descriptor.unit]));
  }

  async #metrics() {
    const { resourceMetrics, errors } = await this.#reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'The SDK could not collect.');
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  }
}

const labelsOf = (attributes: object): string => {
  const values = Object.values(attributes);
  return values.length === 0 ? '' : `{${values.join(',')}}`;
};
