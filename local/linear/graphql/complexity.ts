import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/**
 * `documented`: 0.1 per property, 1 per object, and a connection multiplies what it selects by its page size.
 * `measured`: what others observed, which is far less (250 ids: 3; 50 issues with two nested pages of 25: 95).
 */
export type CostRule = 'documented' | 'measured';

/** In thousandths of a point. */
const costs: Record<CostRule, { property: number; object: number }> = {
  documented: { property: 100, object: 1000 },
  measured: { property: 12, object: 0 },
};
const DEFAULT_PAGE = 50;

/** The complexity points of an operation with these variables. */
export const complexityOf = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Record<string, unknown>,
  rule: CostRule,
): number => {
  const { property, object } = costs[rule];
  // Each fragment is counted once: fragments that spread each other twice would take exponential time otherwise.
  const known = new Map<string, number>();
  const givenTo = (name: string): unknown => {
    if (variables[name] !== undefined) return variables[name];
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return definition?.defaultValue && literal(definition.defaultValue);
  };

  const costOfFragment = (name: string): number => {
    let cost = known.get(name);
    if (cost === undefined) {
      const fragment = fragments.get(name);
      const type = fragment && schema.getType(fragment.typeCondition.name.value);
      cost = fragment ? costOf(fragment.selectionSet, type) : 0;
      known.set(name, cost);
    }
    return cost;
  };
  const costOf = ({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + costOfFragment(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const named = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
        return sum + costOf(selection.selectionSet, named ?? parent);
      }
      const { name, selectionSet, arguments: args } = selection;
      if (!selectionSet) return sum + property;
      const hasFields = isObjectType(parent) || isInterfaceType(parent);
      const type = hasFields ? getNamedType(parent.getFields()[name.value]?.type) : undefined;
      const inner = costOf(selectionSet, type);
      if (!type?.name.endsWith('Connection')) return sum + object + inner;
      const page = args?.find((argument) => ['first', 'last'].includes(argument.name.value))?.value;
      const size = page?.kind === Kind.VARIABLE ? givenTo(page.name.value) : page && literal(page);
      return sum + inner * (typeof size === 'number' ? Math.max(0, size) : DEFAULT_PAGE);
    }, 0);

  const root = schema.getRootType(operation.operation) ?? undefined;
  return Math.ceil(costOf(operation.selectionSet, root) / 1000);
};

const literal = (node: ValueNode): unknown => (node.kind === Kind.INT ? Number(node.value) : undefined);
