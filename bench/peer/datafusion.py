import os


class DataFusion:
    def open(self, dir, threads, options):
        os.environ["TOKIO_WORKER_THREADS"] = str(threads)  # read at import
        global datafusion, pyarrow
        import datafusion, pyarrow

        self.dir = dir
        self.context = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(threads))
        for file in os.listdir(dir):
            self.register(file.removesuffix(".parquet"))

    def path(self, table):
        return os.path.join(self.dir, table + ".parquet")

    def register(self, table):
        self.context.register_parquet(table, self.path(table))

    def load(self, tables):
        for table in tables:
            schema = pyarrow.schema([(name, eval(of, vars(pyarrow))) for name, of in table["columns"].items()])
            self.context.read_json(table["path"], schema=schema, file_extension=".ndjson").write_parquet(self.path(table["name"]))
            with open(self.path(table["name"]), "rb") as file:
                os.fsync(file.fileno())
            self.register(table["name"])

    def query(self, sql):
        rows = self.context.sql(sql).to_arrow_table()
        return {"columns": rows.column_names, "rows": zip(*(column.to_pylist() for column in rows.columns))}

    def run(self, sql):
        return {"count": self.context.sql(sql).to_arrow_table().num_rows}

    def close(self):
        pass


serve(DataFusion)
