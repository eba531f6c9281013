export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The mean and its 95 % confidence interval, as the normal distribution has it: for 24 measures and more. */
export function meanWithInterval(numbers) {
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const variance = numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (numbers.length - 1);
  const half = 1.96 * Math.sqrt(variance / numbers.length);
  return { mean, low: mean - half, high: mean + half };
}
