-- What a card has paid within its window is read from the index alone, and only within the window.
DROP INDEX card_use_token;
CREATE INDEX card_use_window ON card_use (token, currency, at, amount);
