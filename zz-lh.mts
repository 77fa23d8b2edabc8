import { launchTabs } from './tests/browsers.ts';
import { goLive, launchStudio, startStation } from './tests/e2e/station.ts';
import { execFile } from 'node:child_process'; import { promisify } from 'node:util';
const station = await startStation();
const studio = await launchStudio();
const { link } = await goLive(await studio.newContext(), `${station.origin}/?source=testcard&quality=360p#/studio`);
const tabs = await launchTabs();
const port = new URL(tabs.wsEndpoint()).port;
for (const [n,u] of [['home',station.origin+'/'],['watch',link],['watch',link]] as const) {
  const { stdout: out } = await promisify(execFile)('npx',['--yes','lighthouse@12.8.2',u,`--port=${port}`,'--output=json','--quiet','--only-categories=performance'],{maxBuffer:1e8});
  const r = JSON.parse(out);
  console.log(n, r.categories.performance.score, ['first-contentful-paint','largest-contentful-paint','speed-index','total-blocking-time','cumulative-layout-shift'].map(a=>a+' '+r.audits[a].displayValue+' '+r.audits[a].score).join('; '));
  for (const i of r.audits['long-tasks'].details?.items??[]) console.log('   ', i.startTime.toFixed(0), i.duration.toFixed(0), i.url.split('/').pop());
  for (const i of r.audits['bootup-time'].details?.items??[]) console.log('   boot', i.url.split('/').pop(), i.total.toFixed(0), i.scripting.toFixed(0), i.scriptParseCompile.toFixed(0));
  for (const i of r.audits['mainthread-work-breakdown'].details?.items??[]) console.log('   main', i.group, i.duration.toFixed(0));
  console.log('   lcp', JSON.stringify(r.audits['largest-contentful-paint-element']?.details?.items?.[0]?.items?.[0]?.node?.snippet), JSON.stringify(r.audits['lcp-breakdown-insight']?.details?.items?.[0]?.items?.map((x:any)=>[x.label,x.duration])));
}
await tabs.close(); await studio.close(); await station.close(); process.exit(0);
