// Adds a slider to each percentage and shows on the scale which users it would include. Without JavaScript, only the number
// field is there.

for (const form of document.querySelectorAll('.rollouts form')) {
  const number = form.querySelector('input[type=number]');
  const slider = form.querySelector('input[type=range]');
  if (!(number instanceof HTMLInputElement && slider instanceof HTMLInputElement)) continue;
  const reach = form.parentElement?.querySelector('.reach');

  slider.hidden = false;
  slider.addEventListener('input', () => {
    number.value = slider.value;
    show(reach, slider.valueAsNumber);
  });
  number.addEventListener('input', () => {
    if (!number.validity.valid) return;
    slider.value = number.value;
    show(reach, number.valueAsNumber);
  });
}

/**
 * @param {Element | null | undefined} reach
 * @param {number} share
 */
function show(reach, share) {
  reach?.querySelector('.scale-lit')?.setAttribute('width', `${share}%`);
  for (const person of reach?.querySelectorAll('circle') ?? []) {
    person.classList.toggle('lit', Number(person.dataset.place) < share);
  }
}
