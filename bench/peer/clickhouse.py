import json
import chdb
from chdb import session


class ClickHouse:
    def open(self, dir, threads, options):
        self.session = session.Session(dir)
        settings = {"max_threads": threads, "max_insert_threads": threads, **options}
        self.execute("SET " + ", ".join(f"{name} = {value}" for name, value in settings.items()))

    def execute(self, sql):
        self.session.query(sql, "Null")

    def query(self, sql):
        reply = json.loads(self.session.query(sql, "JSONCompact").bytes())
        return {"columns": [column["name"] for column in reply["meta"]], "rows": reply["data"]}

    def run(self, sql):
        return {"count": len(self.session.query(sql, "Native").bytes())}

    def close(self):
        self.session.close()


serve(ClickHouse)
