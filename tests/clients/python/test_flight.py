"""pyarrow's Flight client and the ADBC driver against an Outcrop server: OUTCROP_URL, OUTCROP_FLIGHT
(host:port), OUTCROP_API_KEY."""

import datetime
import json
import os
import urllib.request

import adbc_driver_flightsql.dbapi
import adbc_driver_manager
import pyarrow as pa
import pyarrow.flight
import pytest

FLIGHT = "grpc://" + os.environ["OUTCROP_FLIGHT"]
KEY = os.environ["OUTCROP_API_KEY"]


def api(method, path, body=None):
    request = urllib.request.Request(
        os.environ["OUTCROP_URL"] + path,
        method=method,
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Authorization": "ApiKey " + KEY, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


@pytest.fixture(scope="module", autouse=True)
def events():
    api("POST", "/v1/orgs/self/ws/commons/collections", {"name": "flight_events"})
    docs = [
        {
            "_id": str(i),
            "n": i,
            "x": i / 4,
            "kind": ["a", "b", None][i % 3],
            "at": {"__rockset_type": "timestamp", "value": "2024-01-31T12:00:00.000001Z"},
            "mixed": [i, "text"][i % 2],
            "list": [i, {"deep": True}],
        }
        for i in range(10_000)
    ]
    api("POST", "/v1/orgs/self/ws/commons/collections/flight_events/docs", {"data": docs})
    yield
    api("DELETE", "/v1/orgs/self/ws/commons/collections/flight_events")


def connect(**options):
    return adbc_driver_flightsql.dbapi.connect(FLIGHT, db_kwargs=options, autocommit=True)


def test_adbc_reads_a_result():
    with connect(**{"adbc.flight.sql.authorization_header": "Bearer " + KEY}) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) AS n, sum(n) AS total FROM flight_events GROUP BY kind ORDER BY n DESC, kind")
        table = cursor.fetch_arrow_table()
    assert table.column("kind").to_pylist() == ["a", "b", None]
    assert table.column("n").to_pylist() == [3334, 3333, 3333]
    assert sum(table.column("total").to_pylist()) == sum(range(10_000))
    assert table.schema.field("n").type == pa.int64()


def test_adbc_with_a_password():
    with connect(username="apikey", password=KEY) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT n, x, at, mixed, list FROM flight_events WHERE n IN (6, 7) ORDER BY n")
        rows = cursor.fetchall()
    at = datetime.datetime(2024, 1, 31, 12, 0, 0, 1, tzinfo=datetime.timezone.utc)
    assert [row[:2] for row in rows] == [(6, 1.5), (7, 1.75)]
    assert [row[2] for row in rows] == [at, at]
    assert [json.loads(row[3]) for row in rows] == [6, "text"]
    assert json.loads(rows[0][4]) == [6, {"deep": True}]


def test_adbc_streams_all_batches():
    with connect(**{"adbc.flight.sql.authorization_header": "Bearer " + KEY}) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM flight_events")
        table = cursor.fetch_arrow_table()
    assert table.num_rows == 10_000
    assert {"_id", "n", "x", "kind", "at", "mixed", "list", "_event_time"} <= set(table.column_names)
    assert sorted(table.column("n").to_pylist()) == list(range(10_000))


def test_wrong_key_is_refused():
    with pytest.raises(adbc_driver_manager.Error):
        with connect(**{"adbc.flight.sql.authorization_header": "Bearer wrong"}) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_sql_errors_say_where():
    with connect(**{"adbc.flight.sql.authorization_header": "Bearer " + KEY}) as connection, connection.cursor() as cursor:
        with pytest.raises(adbc_driver_manager.Error, match="line 1, column"):
            cursor.execute("SELECT nothing( FROM flight_events")


def test_pyarrow_flight():
    client = pa.flight.connect(FLIGHT)
    options = pa.flight.FlightCallOptions(headers=[client.authenticate_basic_token("apikey", KEY)])
    # CommandStatementQuery{query: 1} in a google.protobuf.Any, by hand: pyarrow has no Flight SQL client.
    query = b"SELECT count(*) AS n FROM flight_events WHERE mixed = 'text'"
    command = b"\x0a" + bytes([len(query)]) + query
    url = b"type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery"
    message = b"\x0a" + bytes([len(url)]) + url + b"\x12" + bytes([len(command)]) + command
    info = client.get_flight_info(pa.flight.FlightDescriptor.for_command(message), options)
    table = client.do_get(info.endpoints[0].ticket, options).read_all()
    assert table.to_pydict() == {"n": [5000]}
