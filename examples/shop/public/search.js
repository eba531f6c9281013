// Requests /api/search while the customer types, and hides the products on the page that are not in the results.

/** @typedef {{ engine: string, results: readonly { id: string }[] }} Answer */

const input = /** @type {HTMLInputElement} */ (document.getElementById('search'));
const count = /** @type {HTMLElement} */ (document.getElementById('search-count'));
const engine = /** @type {HTMLElement} */ (document.getElementById('search-engine'));
const shelf = /** @type {HTMLElement} */ (document.querySelector('.products'));
const products = new Map([...shelf.children].map((product) => [product.getAttribute('data-product'), product]));

let asked = new AbortController();

input.addEventListener('input', search);
input.form?.addEventListener('submit', (event) => event.preventDefault());
search();

async function search() {
  asked.abort(); // a response to an earlier query must not arrive after this one
  asked = new AbortController();
  try {
    const response = await fetch(`/api/search?${new URLSearchParams({ q: input.value })}`, { signal: asked.signal });
    if (!response.ok) throw new Error(`Expected a 2xx status from the search API, got ${response.status}`);
    show(await response.json());
  } catch (error) {
    if (/** @type {Error} */ (error).name !== 'AbortError') count.textContent = 'Search is not available';
  }
}

/** @param {Answer} answer */
function show({ engine: name, results }) {
  const found = new Set(results.map(({ id }) => id));
  for (const [id, product] of products) product.toggleAttribute('hidden', !found.has(id ?? ''));
  for (const { id } of results) shelf.append(products.get(id) ?? '');
  count.textContent = found.size === 1 ? '1 lamp' : `${found.size || 'No'} lamps`;
  engine.textContent = `${name} search`;
}
