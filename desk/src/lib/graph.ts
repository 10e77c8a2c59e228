// Who owns whom, as layers: owners stand above what they own.
import type { Deal, Decision, Network } from './types';

export interface Node {
  id: string;
  name: string;
  note: string; // role or country
  listed: string[]; // lists that hold it
  lit: boolean;
  inDeal: boolean;
  layer: number;
  x: number;
  y: number;
}
export interface Edge {
  from: string; // owner
  to: string;
  share: string;
  source: string;
  lit: boolean;
  past: boolean;
}
export interface Graph {
  nodes: Node[];
  edges: Edge[];
  width: number;
  height: number;
}

export const box = { width: 190, height: 50, gapX: 26, gapY: 74 };

const key = (name: string) => name.normalize('NFKC').trim().toLowerCase();

class Builder {
  nodes = new Map<string, Node>();
  edges = new Map<string, Edge>();
  node(name: string, note = ''): Node {
    const id = key(name);
    let node = this.nodes.get(id);
    if (!node) {
      node = { id, name, note, listed: [], lit: false, inDeal: false, layer: 0, x: 0, y: 0 };
      this.nodes.set(id, node);
    }
    if (!node.note) node.note = note;
    return node;
  }
  edge(from: string, to: string, share: string, source: string, past = false): Edge | undefined {
    const a = key(from);
    const b = key(to);
    if (a === b) return undefined;
    const id = `${a}\n${b}`;
    let edge = this.edges.get(id);
    if (!edge) {
      edge = { from: a, to: b, share, source, lit: false, past };
      this.edges.set(id, edge);
    }
    if (!edge.share) edge.share = share;
    return edge;
  }
}

/** From what the deal states, what findings rest on, and what registers know of its parties. */
export function ownershipOf(deal: Deal | undefined, decision: Decision, networks: Network[]): Graph {
  const graph = new Builder();
  for (const party of deal?.parties ?? []) {
    const node = graph.node(party.name, party.role);
    node.inDeal = true;
    for (const owner of party.owners ?? []) {
      graph.node(owner.name, owner.country ?? '');
      graph.edge(owner.name, party.name, owner.share === undefined ? '' : String(owner.share), 'deal');
    }
  }
  for (const network of networks) {
    const names = new Map(network.parties.map((party) => [party.number, party]));
    for (const party of network.parties) {
      const node = graph.node(party.name, party.country);
      for (const one of party.listed) if (!node.listed.includes(one.list)) node.listed.push(one.list);
    }
    for (const holding of network.holdings) {
      const owner = names.get(holding.owner);
      const asset = names.get(holding.asset);
      if (owner && asset) graph.edge(owner.name, asset.name, holding.share, holding.sources?.join(', ') ?? '', !holding.holds);
    }
  }
  for (const finding of decision.findings) {
    const evidence = finding.evidence;
    const subject = evidence?.subject?.name;
    for (const match of evidence?.matches ?? []) {
      const node = graph.nodes.get(key(match.name)) ?? (subject && evidence?.owners ? graph.node(match.name) : undefined);
      if (node && !node.listed.includes(match.list)) node.listed.push(match.list);
      if (node && finding.outcome !== 'pass') node.lit = true;
    }
    if (!subject || !evidence?.owners) continue;
    for (const owner of evidence.owners) {
      graph.node(owner.name);
      graph.node(owner.of ?? subject);
      const edge = graph.edge(owner.name, owner.of ?? subject, owner.share ?? '', owner.source ?? '');
      if (edge && finding.outcome !== 'pass') {
        edge.lit = true;
        graph.nodes.get(edge.from)!.lit = graph.nodes.get(edge.to)!.lit = true;
      }
    }
  }
  const joined = new Set([...graph.edges.values()].flatMap((edge) => [edge.from, edge.to]));
  const nodes = [...graph.nodes.values()].filter((node) => joined.has(node.id));
  return place(nodes, [...graph.edges.values()]);
}

/** Layers by the longest way down to somebody who owns nobody; a loop is cut where it closes. */
export function place(nodes: Node[], edges: Edge[]): Graph {
  const below = new Map<string, string[]>();
  for (const edge of edges) below.set(edge.from, [...(below.get(edge.from) ?? []), edge.to]);
  const depth = new Map<string, number>();
  const walk = (id: string, way: Set<string>): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    way.add(id);
    let most = 0;
    for (const next of below.get(id) ?? []) if (!way.has(next)) most = Math.max(most, walk(next, way) + 1);
    way.delete(id);
    depth.set(id, most);
    return most;
  };
  for (const node of nodes) node.layer = walk(node.id, new Set());
  const top = Math.max(0, ...nodes.map((node) => node.layer));
  const layers: Node[][] = Array.from({ length: top + 1 }, () => []);
  for (const node of nodes) layers[node.layer].push(node);
  const widest = Math.max(1, ...layers.map((layer) => layer.length));
  const width = widest * (box.width + box.gapX) - box.gapX;
  // From the bottom up, each stands as near as it can to the middle of what it owns.
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const layer of layers) {
    const wish = (node: Node) => {
      const owned = (below.get(node.id) ?? []).map((id) => byId.get(id)).filter((other) => other !== undefined && other.layer < node.layer) as Node[];
      return owned.length ? owned.reduce((sum, other) => sum + other.x, 0) / owned.length : undefined;
    };
    const wishes = new Map(layer.map((node, i) => [node, wish(node) ?? i * (box.width + box.gapX)]));
    layer.sort((a, b) => wishes.get(a)! - wishes.get(b)! || (a.id < b.id ? -1 : 1));
    let at = -Infinity;
    for (const node of layer) {
      node.x = Math.max(wishes.get(node)!, at);
      at = node.x + box.width + box.gapX;
    }
    // What the pushing to the right has moved away from the wishes is taken back for the layer as a whole.
    const off = layer.reduce((sum, node) => sum + node.x - wishes.get(node)!, 0) / Math.max(1, layer.length);
    for (const node of layer) node.x -= off;
  }
  const left = Math.min(0, ...nodes.map((node) => node.x));
  for (const node of nodes) {
    node.x -= left;
    node.y = (top - node.layer) * (box.height + box.gapY);
  }
  const right = Math.max(width, ...nodes.map((node) => node.x + box.width));
  return { nodes, edges, width: right, height: top * (box.height + box.gapY) + box.height };
}
