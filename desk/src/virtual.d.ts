declare module 'virtual:sentences/ru' {
  const entries: [string, string][];
  export default entries;
}
declare module 'virtual:sentences/kk' {
  const entries: [string, string][];
  export default entries;
}
declare module 'virtual:places' {
  const places: Record<string, [name: string, latitude: number, longitude: number]>;
  export default places;
}
declare module 'world-atlas/countries-110m.json' {
  const topology: import('topojson-specification').Topology;
  export default topology;
}
declare module 'virtual:countries' {
  const numbers: Record<string, string>;
  export default numbers;
}
