-- AlterTable
ALTER TABLE "attempts" ADD COLUMN     "refused" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "refused_before" INTEGER NOT NULL DEFAULT 0;
