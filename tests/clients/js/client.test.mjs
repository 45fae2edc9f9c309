// The Rockset JavaScript client against an Outcrop server: ROCKSET_APISERVER (http), ROCKSET_APIKEY.
import assert from 'node:assert/strict'
import test from 'node:test'
import rockset from '@rockset/client'

const client = rockset.default(process.env.ROCKSET_APIKEY, process.env.ROCKSET_APISERVER)

test('create a collection, add, query and delete', async () => {
  const self = await client.users.getCurrentUser()
  assert.ok(self.email)
  await client.workspaces.createWorkspace({ name: 'js-client', description: 'of a test' })
  const created = await client.collections.createCollection('js-client', { name: 'people' })
  assert.equal(created.data.name, 'people')

  const added = await client.documents.addDocuments('js-client', 'people', {
    data: [
      { _id: 'ada', born: { year: 1815 } },
      { _id: 'bob', born: 'unknown' },
      { born: { year: 1970 }, at: { __rockset_type: 'date', value: '1970-01-31' } },
    ],
  })
  assert.deepEqual(added.data.map(d => d.status), ['ADDED', 'ADDED', 'ADDED'])
  assert.ok(added.data[2]._id)

  const result = await client.queries.query({
    sql: {
      query: 'SELECT p.born.year, p.at FROM "js-client".people p WHERE p.born.year > :after',
      parameters: [{ name: 'after', type: 'int', value: '1900' }],
    },
  })
  assert.deepEqual(result.results, [{ year: 1970, at: { __rockset_type: 'DATE', value: '1970-01-31' } }])
  assert.deepEqual(result.column_fields.map(f => f.name), ['year', 'at'])

  const whole = await client.queries.query({ sql: { query: 'SELECT * FROM "js-client".people WHERE _id = \'bob\'' } })
  assert.equal(whole.results[0].born, 'unknown')

  const patched = await client.documents.patchDocuments('js-client', 'people', {
    data: [
      { _id: 'bob', patch: [{ op: 'REPLACE', path: '/born', value: { year: 1900 } }, { op: 'INCREMENT', path: '/born/year', value: 1 }] },
      { _id: 'bob', patch: [{ op: 'TEST', path: '/born/year', value: 1900 }, { op: 'REMOVE', path: '/born' }] },
    ],
  })
  assert.deepEqual(patched.data.map(d => d.status), ['PATCHED', 'ERROR'])
  const after = await client.queries.query({ sql: { query: 'SELECT p.born.year FROM "js-client".people p WHERE _id = \'bob\'' } })
  assert.equal(after.results[0].year, 1901)

  const deleted = await client.documents.deleteDocuments('js-client', 'people', { data: [{ _id: 'ada' }, { _id: 'bob' }] })
  assert.deepEqual(deleted.data.map(d => d.status), ['DELETED', 'DELETED'])
  const left = await client.queries.query({ sql: { query: 'SELECT count(*) AS n FROM "js-client".people' } })
  assert.equal(left.results[0].n, 1)

  await client.collections.deleteCollection('js-client', 'people')
  await client.workspaces.deleteWorkspace('js-client')
})

test('errors come in the API’s form', async () => {
  await assert.rejects(client.queries.query({ sql: { query: 'SELECT\n  a b c FROM commons.nowhere' } }), e => {
    assert.equal(e.type, 'QUERY_ERROR')
    assert.equal(e.line, 2)
    return true
  })
  await assert.rejects(client.collections.getCollection('commons', 'nowhere'), e => {
    assert.equal(e.type, 'NOTFOUND')
    return true
  })
})

test('virtual instances', async () => {
  const { virtualInstances: vis } = client
  const { data: made } = await vis.createVirtualInstance({ name: 'js-client', type: 'NANO', mount_type: 'LIVE' })
  assert.equal(made.state, 'ACTIVE')
  assert.deepEqual((await vis.listVirtualInstances()).data.map(vi => vi.default_vi), [true, false])
  const result = await vis.queryVirtualInstance(made.id, { sql: { query: 'SELECT 1 AS one' } })
  assert.deepEqual(result.results, [{ one: 1 }])
  await vis.suspendVirtualInstance(made.id)
  await assert.rejects(vis.queryVirtualInstance(made.id, { sql: { query: 'SELECT 1' } }), e => {
    assert.equal(e.type, 'NOT_READY')
    return true
  })
  assert.equal((await vis.resumeVirtualInstance(made.id)).data.state, 'ACTIVE')
  assert.equal((await vis.deleteVirtualInstance(made.id)).data.state, 'DELETED')
  await assert.rejects(vis.getVirtualInstance(made.id), e => {
    assert.equal(e.type, 'NOTFOUND')
    return true
  })
})
