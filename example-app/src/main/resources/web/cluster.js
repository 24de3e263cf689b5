const SILENT = 5000;
const GONE = 30_000;

/** What all nodes have said last. One that is silent is shown as that for a while, and then forgotten. */
export class Cluster {
  #nodes = new Map();

  heard(snapshot) {
    this.#nodes.set(snapshot.id, { ...snapshot, heardAt: performance.now() });
  }

  nodes() {
    const now = performance.now();
    for (const [id, node] of this.#nodes) if (now - node.heardAt > GONE) this.#nodes.delete(id);
    return [...this.#nodes.values()]
      .map((node) => ({ ...node, silentFor: now - node.heardAt > SILENT ? now - node.heardAt : 0 }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** The youngest first: an order in which nothing moves by itself while somebody aims at a button. */
  connections() {
    return this.nodes()
      .flatMap((node) => node.connections.map((connection) => ({ ...connection, node: node.name })))
      .sort((a, b) => a.ageSeconds - b.ageSeconds || a.id.localeCompare(b.id));
  }

  totals() {
    const sum = (name) => this.nodes().reduce((total, node) => total + node[name], 0);
    return { streams: sum('streams'), slow: sum('slow') };
  }

  topics() {
    const topics = new Map();
    for (const node of this.nodes()) {
      for (const { topic, streams } of node.topics) topics.set(topic, (topics.get(topic) ?? 0) + streams);
    }
    return new Map([...topics].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])));
  }

  /** Adds up counts by reason. */
  sum(name) {
    const sums = new Map();
    for (const node of this.nodes()) {
      for (const [reason, number] of Object.entries(node[name])) sums.set(reason, (sums.get(reason) ?? 0) + number);
    }
    return sums;
  }
}
