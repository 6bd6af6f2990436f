// The room Pictures.

export function enter() {}

export function leave() {}
