-- The service's login may not write balances: the trigger does, with the rights of the tables' owner.
CREATE OR REPLACE FUNCTION post_to_account() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.accounts SET balance = balance + NEW.amount WHERE id = NEW.account_id;
    RETURN NULL;
END $$;

-- Two postings that cancel each other out would leave the sum of an old transfer as it is: postings come in the
-- transaction of their transfer, or not at all.
CREATE OR REPLACE FUNCTION require_balanced_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    transfer UUID := CASE TG_TABLE_NAME WHEN 'transfers' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'transfer_id' END;
BEGIN
    IF (SELECT count(*) < 2 OR sum(amount) <> 0 FROM public.postings WHERE transfer_id = transfer) THEN
        RAISE EXCEPTION 'the postings of transfer % do not add up to zero', transfer USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.transfers WHERE id = transfer AND xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION 'transfer % was booked earlier and takes no more postings', transfer USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
