// The room Data.

export function enter() {}

export function leave() {}
