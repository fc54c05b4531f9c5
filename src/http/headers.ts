import type { Request, Response } from 'express';
import helmet from 'helmet';
import type { Config } from '../config.ts';

/**
 * What kind of thing is answered. `page` and `form` are HTML (a form may lead on to Stripe's page), `script` is what other sites
 * embed, `asset` belongs to our own pages, `download` is a file, `probe` is for machines, `docs` is
 * Swagger UI, whose looks hold drawings of their own, `api` is everything else.
 */
export type HeaderClass = 'api' | 'page' | 'form' | 'script' | 'asset' | 'probe' | 'download' | 'docs';

/** Puts the headers of its class on an answer; an answer may still say more about its own caching. */
export type SetHeaders = (request: Request, response: Response) => void;

/** Where Stripe has donors pay, and change their card: browsers hold a form to its policy on its way through a redirect too. */
const stripePages = ['https://checkout.stripe.com', 'https://billing.stripe.com'];

const yearInSeconds = 31_536_000;
const cacheControl: Record<HeaderClass, string> = {
  api: 'no-store',
  page: 'no-store',
  form: 'no-store',
  download: 'no-store',
  probe: 'no-store',
  docs: 'no-store',
  script: 'public, no-cache', // kept for long, asked for with its ETag each time: an embed is never older than the service
  asset: 'public, no-cache',
};

/** The headers of a class. Over plain http (a demo) nothing asks the browser for https. */
export function headersOf(headerClass: HeaderClass, config: Pick<Config, 'publicUrl' | 'stripe'>): SetHeaders {
  const https = config.publicUrl.startsWith('https:');
  const secure = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: contentPolicy(headerClass, config, https) },
    strictTransportSecurity: https && { maxAge: yearInSeconds, includeSubDomains: false },
    crossOriginResourcePolicy: { policy: headerClass === 'script' ? 'cross-origin' : 'same-origin' },
    // `no-referrer` would turn the Origin of our own forms into "null"; `same-origin` tells no other site an address with a token
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (request, response) => {
    secure(request, response, (error) => {
      if (error) throw error;
    });
    response.set('Cache-Control', cacheControl[headerClass]);
    if (headerClass === 'script') {
      response.set('Access-Control-Allow-Origin', '*'); // browsers load a module from another origin only with it
    }
  };
}

function contentPolicy(headerClass: HeaderClass, config: Pick<Config, 'stripe'>, https: boolean): Record<string, string[]> {
  if (headerClass !== 'page' && headerClass !== 'form' && headerClass !== 'docs') {
    return { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
  }
  const paymentPages = [...stripePages, ...(config.stripe.apiBase ? [new URL(config.stripe.apiBase).origin] : [])];
  return {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: headerClass === 'docs' ? ["'self'", 'data:'] : ["'self'"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: headerClass === 'form' ? ["'self'", ...paymentPages] : ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    ...(https && { upgradeInsecureRequests: [] }),
  };
}
