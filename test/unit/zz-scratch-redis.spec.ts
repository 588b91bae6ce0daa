import { it } from '@jest/globals';
import { RedisCluster } from '../support/servers/redis-cluster.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { ServerTime } from '../support/servers/steered-clock.js';
it('x', async () => {
  const time = new ServerTime(ServerTime.find()!);
  for (const t of [undefined, time]) {
  const s = performance.now();
  const c = await RedisCluster.start(redisBinary()!, t ? { time: t } : {}).catch(e => { console.log(e); });
  console.log(t ? 'frozen' : 'real', performance.now() - s);
  await c?.stop();
  }
});
