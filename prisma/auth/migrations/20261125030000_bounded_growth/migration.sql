-- Whose token or session is refused: what one user can add is counted.
ALTER TABLE "revocations" ADD COLUMN "owner" UUID;
CREATE INDEX "revocations_owner_idx" ON "revocations"("owner");
-- The bucket that holds the entry. After NATS lost its data, the bucket is another one, and every row is published again.
ALTER TABLE "revocations" DROP COLUMN "published_at";
ALTER TABLE "revocations" ADD COLUMN "published_in" VARCHAR(64);
CREATE INDEX "revocations_published_in_idx" ON "revocations"("published_in");

-- Not logged: it is written by every refresh, and a database that crashed may forget who was in a hurry.
CREATE UNLOGGED TABLE "allowances" (
    "key" VARCHAR(80) NOT NULL,
    "spent_until" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "allowances_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "allowances_spent_until_idx" ON "allowances"("spent_until");
