/** Everything works without this; with it, the cart changes in place, in all tabs, and a page learns that its session is over. */
const TEMPORARY_MS = 2000;
const SESSION_IS_OVER = 4401;

/** Puts what another page says into the places of this one. */
function show(markup) {
  const page = new DOMParser().parseFromString(markup, 'text/html');
  for (const region of document.querySelectorAll('[data-region]')) {
    const fresh = page.querySelector(`[data-region="${region.dataset.region}"]`);
    if (fresh) region.innerHTML = fresh.innerHTML;
  }
}

/** Where the focus was, or the top of the content when that is gone. */
function refocus({ id, name }, action) {
  const again = id
    ? document.getElementById(id)
    : document.querySelector(`form[action="${action}"] [name="${name}"]`);
  (again ?? document.getElementById('main')).focus();
}

/** Sends a form and stays on the page; what is refused is sent again without this, so that the answer is seen. */
async function send(form) {
  const focused = document.activeElement;
  const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) {
    form.submit();
    return;
  }
  show(await answer.text());
  if (!focused.isConnected) refocus(focused, form.getAttribute('action'));
  listen();
}

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-stay]')) return;
  event.preventDefault();
  void send(event.target);
});

let socket;

/** Hears of changes that other tabs made, for as long as the session lives. */
function listen() {
  if (socket) return;
  socket = new WebSocket(new URL('/live', location.href.replace(/^http/, 'ws')));
  socket.addEventListener('message', ({ data }) => {
    document.body.dataset.socket = 'open';
    const badge = document.getElementById('cart-count');
    badge.textContent = badge.dataset.count = JSON.parse(data).count;
  });
  socket.addEventListener('close', ({ code, reason }) => {
    socket = undefined;
    if (code === SESSION_IS_OVER) tellEnd(reason);
    else setTimeout(listen, TEMPORARY_MS);
  });
}

function tellEnd(reason) {
  const again = Object.assign(document.createElement('a'), { href: location.pathname, textContent: 'Go on' });
  const text = `${reason} You logged in or out elsewhere, or were signed out. `;
  document.getElementById('gone').replaceChildren(text, again);
}

/** The same as on the server. */
function duration(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (count) => String(count).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours} h ` : ''}${two(minutes)} m ${two(seconds % 60)} s`;
}

function countDown() {
  for (const each of document.querySelectorAll('[data-deadline]')) {
    const left = Number(each.dataset.deadline) - Date.now();
    each.querySelector('progress').value = Math.max(0, left);
    each.querySelector('.left').textContent = left > 0 ? duration(left) : 'over';
  }
}

if (document.body.dataset.live === 'yes') listen();
if (document.querySelector('[data-deadline]')) setInterval(countDown, 1000);
