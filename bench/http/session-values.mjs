const USER = { id: 7, name: 'Ada', roles: ['admin'], visits: 0 };
const PAGE = 20;

const item = (id) => ({ id, title: `Item number ${id}`, price: 19.9, tags: ['new', 'blue'] });

/** The values of a session of about so many bytes of JSON: a counter, a user, and as many pages of a list as it takes. */
export function sessionValues(bytes) {
  const values = { count: 0, user: USER };
  let size = JSON.stringify(values).length;
  for (let id = 0; size < bytes; id++) {
    const page = (values[`page${Math.floor(id / PAGE)}`] ??= []);
    page.push(item(id));
    size += JSON.stringify(page.at(-1)).length + 1;
  }
  return values;
}
