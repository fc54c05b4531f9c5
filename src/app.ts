import express from 'express';
import { createWebhookEndpoint } from '../webhooks/endpoint.ts';
import { openEdge } from './http/edge.ts';
import { getAssets } from './http/get-assets.ts';
import { getCard } from './http/get-card.ts';
import { getDocs } from './http/get-docs.ts';
import { getDonate } from './http/get-donate.ts';
import { getDonation } from './http/get-donation.ts';
import { getExport } from './http/get-export.ts';
import { getExportRun } from './http/get-export-run.ts';
import { getLists } from './http/get-lists.ts';
import { getLivez } from './http/get-livez.ts';
import { getMetrics } from './http/get-metrics.ts';
import { getNewsletterConfirm } from './http/get-newsletter-confirm.ts';
import { getNewsletterLeave } from './http/get-newsletter-leave.ts';
import { getOpenapi } from './http/get-openapi.ts';
import { getPayout } from './http/get-payout.ts';
import { getProblem } from './http/get-problem.ts';
import { getReadyz } from './http/get-readyz.ts';
import { getSandbox } from './http/get-sandbox.ts';
import { getStop } from './http/get-stop.ts';
import { getSubscription } from './http/get-subscription.ts';
import { getThanks } from './http/get-thanks.ts';
import { getTimeline } from './http/get-timeline.ts';
import { getAdminDonation } from './http/get-whole-gift.ts';
import { getWidgetConfig } from './http/get-widget-config.ts';
import { getWidgetScript } from './http/get-widget-script.ts';
import { mountHandlers, mountRoute } from './http/mount.ts';
import { postCard } from './http/post-card.ts';
import { postDonate } from './http/post-donate.ts';
import { postDonation } from './http/post-donation.ts';
import { postErasure } from './http/post-erasure.ts';
import { postNewsletterConfirm } from './http/post-newsletter-confirm.ts';
import { postNewsletterLeave } from './http/post-newsletter-leave.ts';
import { postNewsletterSignup } from './http/post-newsletter-signup.ts';
import { postRefund } from './http/post-refund.ts';
import { postSearch } from './http/post-search.ts';
import { postStop } from './http/post-stop.ts';
import { postSubscription } from './http/post-subscription.ts';
import { handleProblems } from './http/problem.ts';
import { putVote } from './http/put-vote.ts';
import type { Route } from './http/route.ts';
import type { LiveServices } from './live-services.ts';

/** Every route, in the order in which a reader, then a treasurer, then an operator meets them. */
export const routes: Route[] = [
  // Under an article
  getWidgetScript,
  getWidgetConfig,
  putVote,
  postDonation,
  postSubscription,
  postNewsletterSignup,
  // The same as plain pages
  getDonate,
  postDonate,
  getThanks,
  getDonation,
  getSubscription,
  // From a mail
  getStop,
  postStop,
  getCard,
  postCard,
  getNewsletterConfirm,
  postNewsletterConfirm,
  getNewsletterLeave,
  postNewsletterLeave,
  // Finance
  getExport,
  getExportRun,
  ...getLists,
  getAdminDonation,
  getTimeline,
  getPayout,
  postSearch,
  postRefund,
  postErasure,
  // Operators
  getLivez,
  getReadyz,
  getMetrics,
  getOpenapi(() => routes),
  getDocs,
  getSandbox,
  getProblem,
  getAssets,
];

/** The service over HTTP. `onStored` is called when Stripe's word was stored, so that it is worked on at once. */
export function createApp(live: LiveServices, hooks: { onStored(): void }): express.Express {
  const app = express();
  openEdge(app, live);
  mountHandlers(app, live, 'POST /webhooks/stripe', ...createWebhookEndpoint(live, hooks));
  for (const route of routes) {
    mountRoute(app, live, route);
  }
  handleProblems(app, live);
  return app;
}
