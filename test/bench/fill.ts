export async function fillBooks(_address: string, _gifts: number): Promise<void> {}
