// The room Models.

export function enter() {}

export function leave() {}
