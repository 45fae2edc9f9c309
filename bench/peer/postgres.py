import psycopg

block = 1 << 20  # bytes of a COPY message


class PostgreSQL:
    def open(self, dir, threads, options):
        self.connection = psycopg.connect(**options, autocommit=True)

    def execute(self, sql):
        self.connection.execute(sql)

    def load(self, tables):
        for table in tables:
            # As CSV of one column, whose quotes and delimiters are bytes that JSON has none of.
            sql = f"COPY {table['name']} (doc) FROM STDIN WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
            with open(table["path"], "rb") as documents, self.connection.cursor().copy(sql) as copy:
                while text := documents.read(block):
                    copy.write(text)

    def query(self, sql):
        cursor = self.connection.execute(sql)
        return {"columns": [column.name for column in cursor.description], "rows": cursor.fetchall()}

    def run(self, sql):
        return {"count": self.connection.execute(sql).rowcount}

    def close(self):
        self.connection.close()


serve(PostgreSQL)
