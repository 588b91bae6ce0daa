import { Profiler } from './profiler.mjs';
import { StoreTraffic } from './store-traffic.mjs';

/** The process of one subject. Told what to start by its argument; then answers each message by what it has used since its start. */
const traffic = new StoreTraffic();
const profiler = new Profiler();
const order = JSON.parse(process.argv[2]);
const { start } = await import(`./apps/${order.app}.ts`);
const port = await start(order);

async function answer({ count, profile }) {
  if (count !== undefined) traffic.countsCommands = count;
  if (profile === 'start') await profiler.start();
  const { user, system } = process.cpuUsage();
  process.send({
    cpu: user + system,
    ...traffic.soFar(),
    ...(profile === 'stop' && { profile: await profiler.stop() }),
  });
}

process.on('message', (message) => void answer(message));
process.on('disconnect', () => process.exit());
process.send({ port });
