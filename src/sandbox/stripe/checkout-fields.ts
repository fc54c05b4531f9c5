import { invalidParameter } from './errors.ts';
import {
  anything,
  type Field,
  flag,
  group,
  listOf,
  metadata,
  needed,
  oneOf,
  shortText,
  text,
  webAddress,
  wholeNumber,
} from './fields.ts';
import { priceData } from './prices.ts';

const emailAddress: Field<string> = {
  read: (value, path) => {
    const read = shortText(512).read(value, path);
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(read)) {
      throw invalidParameter(`Invalid email address: ${read}`, path, 'email_invalid');
    }
    return read;
  },
};

const descriptorSuffix: Field<string> = {
  read: (value, path) => {
    const read = shortText(22).read(value, path);
    if (!/[A-Za-z]/.test(read) || /[<>\\'"*]/.test(read)) {
      throw invalidParameter('The statement descriptor suffix must contain a letter and none of < > \\ \' " *', path);
    }
    return read;
  },
};

const lineItem = group({
  price: text,
  price_data: priceData,
  quantity: wholeNumber(1, 999_999),
  adjustable_quantity: anything,
  metadata,
});

/** What may be sent when a Checkout Session is made. Those read as `anything` are taken without effect. */
export const sessionFields = {
  mode: needed(oneOf('payment', 'subscription', 'setup')),
  ui_mode: oneOf('hosted_page', 'embedded_page', 'elements', 'form'),
  line_items: listOf(lineItem),
  success_url: webAddress,
  cancel_url: webAddress,
  return_url: webAddress,
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  client_reference_id: shortText(200),
  metadata,
  currency: text,
  customer: text,
  customer_email: emailAddress,
  customer_creation: oneOf('always', 'if_required'),
  locale: text,
  expires_at: wholeNumber(),
  payment_intent_data: group({
    metadata,
    description: text,
    receipt_email: emailAddress,
    statement_descriptor_suffix: descriptorSuffix,
    setup_future_usage: oneOf('off_session', 'on_session'),
    capture_method: oneOf('automatic', 'automatic_async'),
    shipping: anything,
  }),
  subscription_data: group({ metadata, description: shortText(500), billing_mode: anything, proration_behavior: anything }),
  payment_method_types: listOf(text),
  allowed_payment_method_types: listOf(text),
  excluded_payment_method_types: listOf(text),
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_options: anything,
  custom_text: group({
    after_submit: group({ message: needed(shortText(1200)) }),
    shipping_address: group({ message: needed(shortText(1200)) }),
    submit: group({ message: needed(shortText(1200)) }),
    terms_of_service_acceptance: group({ message: needed(shortText(1200)) }),
  }),
  consent_collection: group({
    promotions: oneOf('auto', 'none'),
    terms_of_service: oneOf('none', 'required'),
    payment_method_reuse_agreement: anything,
  }),
  billing_address_collection: oneOf('auto', 'required'),
  phone_number_collection: group({ enabled: needed(flag) }),
  name_collection: anything,
  allow_promotion_codes: flag,
  adaptive_pricing: anything,
  branding_settings: anything,
  saved_payment_method_options: anything,
  wallet_options: anything,
  origin_context: oneOf('mobile_app', 'web'),
  integration_identifier: text,
};
