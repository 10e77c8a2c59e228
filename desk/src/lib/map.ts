// A route on a map: degrees to a flat picture whose middle is not stretched.
export interface Point { x: number; y: number }
export interface Frame { west: number; north: number; east: number; south: number; squeeze: number }

/** The part of the world that holds these places, with a margin, in the proportions of the picture. */
export function frameOf(places: { latitude: number; longitude: number }[], proportion: number): Frame {
  const latitudes = places.map((place) => place.latitude);
  const longitudes = places.map((place) => place.longitude);
  let south = Math.min(...latitudes) - 5;
  let north = Math.max(...latitudes) + 5;
  let west = Math.min(...longitudes) - 7;
  let east = Math.max(...longitudes) + 7;
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const wide = (east - west) * squeeze;
  const high = north - south;
  if (wide / high < proportion) {
    const more = (high * proportion - wide) / squeeze / 2;
    west -= more;
    east += more;
  } else {
    const more = (wide / proportion - high) / 2;
    south -= more;
    north += more;
  }
  return { west, north, east, south, squeeze };
}

export function project(frame: Frame, width: number, longitude: number, latitude: number): Point {
  const scale = width / (frame.east - frame.west);
  return { x: (longitude - frame.west) * scale, y: ((frame.north - latitude) * scale) / frame.squeeze };
}

/** The outlines of a country as a path; rings that lie outside of the frame are left out. */
export function pathOf(rings: [number, number][][], frame: Frame, width: number): string {
  let path = '';
  for (const outline of rings) {
    const longitudes = outline.map(([longitude]) => longitude);
    // Russia crosses the edge of the map: what lies beyond it is drawn where it joins.
    const ring = Math.max(...longitudes) - Math.min(...longitudes) > 300 ? outline.map(([x, y]): [number, number] => [x < 0 ? x + 360 : x, y]) : outline;
    let west = 540;
    let east = -180;
    let south = 90;
    let north = -90;
    for (const [longitude, latitude] of ring) {
      west = Math.min(west, longitude);
      east = Math.max(east, longitude);
      south = Math.min(south, latitude);
      north = Math.max(north, latitude);
    }
    if (east < frame.west || west > frame.east || north < frame.south || south > frame.north) continue;
    path += 'M' + ring.map(([longitude, latitude]) => { const p = project(frame, width, longitude, latitude); return `${p.x.toFixed(1)} ${p.y.toFixed(1)}`; }).join('L') + 'Z';
  }
  return path;
}
