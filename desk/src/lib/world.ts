import { busy } from './busy';

// The outlines of countries, loaded with the first map.
export interface Land {
  id: string; // M49
  name: string;
  rings: [number, number][][];
}

let lands: Promise<Land[]> | undefined;

export function world(): Promise<Land[]> {
  lands ??= busy(Promise.all([import('world-atlas/countries-110m.json'), import('topojson-client')])).then(([atlas, { feature }]) => {
    const all = feature(atlas.default as never, (atlas.default as { objects: Record<string, unknown> }).objects.countries as never) as unknown as {
      features: { id?: string; properties: { name: string }; geometry: { type: string; coordinates: never } }[];
    };
    return all.features.map((one) => ({
      id: one.id ?? '',
      name: one.properties.name,
      rings: one.geometry.type === 'Polygon' ? (one.geometry.coordinates as [number, number][][]) : (one.geometry.coordinates as [number, number][][][]).flat(),
    }));
  });
  return lands;
}

/** About the middle of a country: that of the box around its largest outline. */
export function middleOf(rings: [number, number][][]): { longitude: number; latitude: number } {
  let best = { area: -1, longitude: 0, latitude: 0 };
  for (const ring of rings) {
    const longitudes = ring.map(([x]) => x);
    // What crosses the edge of the map lies on its own side of it.
    const over = Math.max(...longitudes) - Math.min(...longitudes) > 300;
    const x = over ? longitudes.map((one) => (one < 0 ? one + 360 : one)) : longitudes;
    const y = ring.map(([, latitude]) => latitude);
    const [west, east, south, north] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
    const area = (east - west) * (north - south);
    if (area > best.area) best = { area, longitude: (west + east) / 2, latitude: (south + north) / 2 };
  }
  return { longitude: best.longitude, latitude: best.latitude };
}
