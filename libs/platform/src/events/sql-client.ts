/** What is needed of a transaction of a service's Prisma client: the tables are the platform's, the client is the service's. */
export interface SqlTransaction {
  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): Promise<T>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
}

export interface SqlClient extends SqlTransaction {
  $transaction<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T>;
}
