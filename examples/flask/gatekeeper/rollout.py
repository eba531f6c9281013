"""Percentage rollouts, which choose the same variant as flagd and as ``gatekeeper-flags`` (docs/rules.md)."""

from collections.abc import Sequence


def choose_variant(key: str, weights: Sequence[tuple[str, int]]) -> str | None:
    """The variant of the bucket that ``key`` falls into, or ``None`` if all weights are 0."""
    total = sum(weight for _, weight in weights)
    bucket = (murmur3(key.encode()) * total) >> 32
    for variant, weight in weights:
        if bucket < weight:
            return variant
        bucket -= weight
    return None


def murmur3(data: bytes) -> int:
    """MurmurHash3 (x86, 32 bits, seed 0)."""
    state = 0
    whole = len(data) - len(data) % 4
    for at in range(0, whole, 4):
        state ^= _mix(int.from_bytes(data[at : at + 4], 'little'))
        state = (_rotate(state, 13) * 5 + 0xE6546B64) & _MASK
    state ^= _mix(int.from_bytes(data[whole:], 'little')) ^ len(data)
    state = ((state ^ state >> 16) * 0x85EBCA6B) & _MASK
    state = ((state ^ state >> 13) * 0xC2B2AE35) & _MASK
    return state ^ state >> 16


_MASK = 0xFFFFFFFF


def _mix(block: int) -> int:
    return (_rotate((block * 0xCC9E2D51) & _MASK, 15) * 0x1B873593) & _MASK


def _rotate(word: int, bits: int) -> int:
    return ((word << bits) | (word >> (32 - bits))) & _MASK
