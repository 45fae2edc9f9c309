import duckdb


class DuckDB:
    def open(self, dir, threads, options):
        self.connection = duckdb.connect(dir + "/duckdb.db", config={"threads": threads})

    def execute(self, sql):
        self.connection.execute(sql)

    def query(self, sql):
        cursor = self.connection.execute(sql)
        return {"columns": [d[0] for d in cursor.description], "rows": cursor.fetchall()}

    def run(self, sql):
        return {"count": len(self.connection.execute(sql).fetchall())}

    def close(self):
        self.connection.close()


serve(DuckDB)
