-- The screen shows goods sixty at a time, by name, of all or of a category: both orders lie ready, so that a page costs the
-- same of sixty goods as of ten thousand. A sale changes none of them.
CREATE INDEX product_name ON product (name, sku) WHERE withdrawn = 0;
CREATE INDEX product_category ON product (category, name, sku) WHERE withdrawn = 0;
