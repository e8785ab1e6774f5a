// Parse Server on one port, with only the required settings.
// usage: node parse-server.mjs PORT DATABASE_URL
import express from 'express'
import { ParseServer } from 'parse-server'

const [port, databaseURI] = process.argv.slice(2)
const server = new ParseServer({
  appId: 'bench',
  masterKey: 'bench-master-key',
  restAPIKey: 'bench-rest-key',
  masterKeyIps: ['127.0.0.1', '::1'],
  serverURL: `http://127.0.0.1:${port}/parse`,
  databaseURI: `${databaseURI}?poolSize=20`,
  silent: true,
  logLevel: 'error',
})
await server.start()
const app = express()
app.use('/parse', server.app)
app.listen(Number(port), '127.0.0.1')
