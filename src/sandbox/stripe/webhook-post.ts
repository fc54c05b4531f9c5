import http from 'node:http';
import https from 'node:https';

/** What came of one attempt: the status that was answered, or why there was none. */
export type Outcome = { status_code: number | null; error: string | null };

const timeoutMilliseconds = 10_000;

/** Posts exactly this body to a webhook endpoint. Never throws: what goes wrong is the outcome. Redirects are not followed. */
export function postWebhook(url: string, body: string, signature: string, agents: WebhookAgents): Promise<Outcome> {
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ status_code: null, error: error.message || error.name });
    try {
      const target = new URL(url);
      const isSecure = target.protocol === 'https:';
      const request = (isSecure ? https : http).request(target, {
        method: 'POST',
        agent: isSecure ? agents.https : agents.http,
        signal: AbortSignal.timeout(timeoutMilliseconds),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': signature,
        },
      });
      request.on('error', fail);
      request.on('response', (response) => {
        response.resume();
        response.on('error', fail);
        response.on('end', () => resolve({ status_code: response.statusCode ?? null, error: null }));
      });
      request.end(body);
    } catch (error) {
      fail(error as Error);
    }
  });
}

/** Connections that are kept open between deliveries. */
export type WebhookAgents = { http: http.Agent; https: https.Agent };

/** Fresh connections; destroy both when done. */
export function webhookAgents(): WebhookAgents {
  return { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
}
