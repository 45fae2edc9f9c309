import os


class Polars:
    def open(self, dir, threads, options):
        os.environ["POLARS_MAX_THREADS"] = str(threads)  # read at import
        global polars
        import polars

        self.formats = {polars.Date: "%Y-%m-%d", polars.Datetime("us"): "%Y-%m-%dT%H:%M:%S%.fZ"}
        self.dir = dir
        self.context = polars.SQLContext()
        for file in os.listdir(dir):
            self.register(file.removesuffix(".parquet"))

    def path(self, table):
        return os.path.join(self.dir, table + ".parquet")

    def register(self, table):
        self.context.register(table, polars.scan_parquet(self.path(table)))

    def load(self, tables):
        for table in tables:
            types = {name: eval(of, vars(polars)) for name, of in table.get("columns", {}).items()}
            texts = {name: of for name, of in types.items() if of in self.formats}  # strings in JSON
            schema = {name: polars.String if name in texts else of for name, of in types.items()}
            rows = polars.scan_ndjson(table["path"], schema=schema or None, infer_schema_length=None)
            rows = rows.with_columns(polars.col(name).str.strptime(of, self.formats[of]) for name, of in texts.items())
            rows.sink_parquet(self.path(table["name"]))
            with open(self.path(table["name"]), "rb") as file:
                os.fsync(file.fileno())
            self.register(table["name"])

    def collect(self, sql):
        return self.context.execute(sql).collect(engine="streaming")

    def query(self, sql):
        rows = self.collect(sql)
        return {"columns": rows.columns, "rows": rows.rows()}

    def run(self, sql):
        return {"count": self.collect(sql).height}

    def close(self):
        pass


serve(Polars)
