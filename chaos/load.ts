/** x */
export const load = async (_: string[]): Promise<boolean> => true;
