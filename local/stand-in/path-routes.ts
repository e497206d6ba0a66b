/** A route of a method and a path with named parts, such as `GET /pages/{id}`. */
export interface PathRoute {
  route: string;
}

/** Finds the route of a request, and the parts of the path that it names. The first that fits counts. */
export const pathMatcher = <Route extends PathRoute>(routes: readonly Route[]) => {
  const compiled = routes.map((route) => {
    const [method = '', path = ''] = route.route.split(' ');
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
    return { route, method, names, pattern };
  });
  return (method: string, path: string): { route: Route; parameters: Record<string, string> } | undefined => {
    for (const one of compiled) {
      const values = one.method === method ? one.pattern.exec(path)?.slice(1) : undefined;
      if (!values) continue;
      const parameters = one.names.map((name, index) => [name, decoded(values[index] ?? '')]);
      return { route: one.route, parameters: Object.fromEntries(parameters) };
    }
    return undefined;
  };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
