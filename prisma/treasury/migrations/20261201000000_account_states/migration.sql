-- Money moves between open accounts alone, whatever the application says.
CREATE TYPE "account_state" AS ENUM ('open', 'frozen', 'closed');
ALTER TABLE "accounts" ADD COLUMN "state" "account_state" NOT NULL DEFAULT 'open';

ALTER TABLE "accounts" ADD CONSTRAINT "accounts_vault_is_open" CHECK ("kind" = 'customer' OR "state" = 'open');
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_closed_is_empty" CHECK ("state" <> 'closed' OR "balance" = 0);

CREATE TRIGGER "accounts_stay_closed" BEFORE UPDATE ON "accounts"
    FOR EACH ROW WHEN (OLD.state = 'closed' AND NEW.state <> 'closed')
    EXECUTE FUNCTION refuse_change('a closed account stays closed');
