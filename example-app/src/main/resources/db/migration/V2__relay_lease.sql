-- Which node's relay may publish from the outbox, until when by the database's clock. One row.
CREATE TABLE relay_lease (
    id         INT PRIMARY KEY,
    holder     VARCHAR(64) NOT NULL,
    fence      BIGINT      NOT NULL, -- one more for each new holder: what an earlier one still does can be told apart
    expires_at BIGINT      NOT NULL
);

INSERT INTO relay_lease (id, holder, fence, expires_at) VALUES (1, '', 0, 0);
