/**
 * The circles of a directed graph: its strongly connected components of more than one node. `edges[n]` are the nodes
 * that node `n` leads to. Without recursion, because a chain may have thousands of nodes.
 */
export const circlesOf = (edges: readonly (readonly number[])[]): number[][] => {
  // Tarjan's algorithm: `low` is the oldest open node that a node leads back to.
  const order: number[] = [];
  const low: number[] = [];
  const open: number[] = [];
  const isOpen = new Set<number>();
  const circles: number[][] = [];
  let visited = 0;

  const visit = (node: number) => {
    order[node] = low[node] = visited++;
    open.push(node);
    isOpen.add(node);
    return { node, next: 0 };
  };
  const leave = (node: number) => {
    if (low[node] !== order[node]) return;
    const circle = open.splice(open.lastIndexOf(node));
    for (const member of circle) isOpen.delete(member);
    if (circle.length > 1) circles.push(circle);
  };
  const lower = (node: number, to = visited) => {
    low[node] = Math.min(low[node] ?? to, to);
  };

  for (let start = 0; start < edges.length; start++) {
    if (order[start] !== undefined) continue;
    const path = [visit(start)];
    for (let at = path.at(-1); at; at = path.at(-1)) {
      const to = edges[at.node]?.[at.next++];
      if (to === undefined) {
        path.pop();
        const from = path.at(-1);
        if (from) lower(from.node, low[at.node]);
        leave(at.node);
      } else if (order[to] === undefined) path.push(visit(to));
      else if (isOpen.has(to)) lower(at.node, order[to]);
    }
  }
  return circles;
};
