import type { Locale } from '../../src/text.ts';

/** What stands where an amount, a day or a count stands. */
type Words = {
  readonly mail: string[];
  readonly pages: { facts: string[]; tiles: string[]; sum: string };
  readonly widget: { tiles: string[]; give: string; hint: string; waits: string[] };
};

/**
 * How amounts, days and counts are written, exactly. ‹ and › stand for Unicode's isolates, ⟵ for the right-to-left mark, _ for a space
 * at which no line breaks.
 */
export const expectedWords: Record<Locale, Words> = {
  en: {
    mail: [
      'Receipt 2026-000017: thank you for your donation to The Harbour Light',
      'Receipt number: 2026-000017',
      'Donated on: 23 November 2026',
      'Amount: $1,234.50 (USD)',
      'Payment fees: covered by you; the amount includes $3.50 (USD) for them',
      'You give $1,234.50 (USD) every month until you stop. The next charge is on 23 December 2026.',
    ],
    pages: {
      facts: [
        'Amount: ¥1,500',
        'How often: Once',
        'Received on: 23 November 2026',
        'Article: Who owns the quay?',
        'Amount: $1,234.50',
        'How often: Every month',
        'Next donation: 23 December 2026',
        'Article: Who owns the quay?',
      ],
      tiles: ['£5', '£10', '£25', 'Other'],
      sum: '£10.36 in all',
    },
    widget: {
      tiles: ['€7.50', '€15', '€30', 'Other'],
      give: 'Give €15.00 once',
      hint: 'For example 11.25',
      waits: ['1 second', '60 seconds', '2 minutes', '5 minutes', '11 minutes'],
    },
  },
  de: {
    mail: [
      'Beleg 2026-000017: Danke für Ihre Spende an The Harbour Light',
      'Belegnummer: 2026-000017',
      'Gespendet am: 23. November 2026',
      'Betrag: 1.234,50_$ (USD)',
      'Zahlungsgebühren: von Ihnen übernommen; im Betrag sind dafür 3,50_$ (USD) enthalten',
      'Sie spenden jeden Monat 1.234,50_$ (USD), bis Sie die Spende beenden. Die nächste Abbuchung ist am 23. Dezember 2026.',
    ],
    pages: {
      facts: [
        'Betrag: 1.500_¥',
        'Wie oft: Einmalig',
        'Eingegangen am: 23. November 2026',
        'Artikel: Who owns the quay?',
        'Betrag: 1.234,50_$',
        'Wie oft: Jeden Monat',
        'Nächste Spende: 23. Dezember 2026',
        'Artikel: Who owns the quay?',
      ],
      tiles: ['5_£', '10_£', '25_£', 'Anderer'],
      sum: 'insgesamt 10,36_£',
    },
    widget: {
      tiles: ['7,50_€', '15_€', '30_€', 'Anderer'],
      give: 'Einmalig 15,00_€ spenden',
      hint: 'Zum Beispiel 11,25',
      waits: ['1 Sekunde', '60 Sekunden', '2 Minuten', '5 Minuten', '11 Minuten'],
    },
  },
  es: {
    mail: [
      'Recibo 2026-000017: gracias por su donación a The Harbour Light',
      'Número de recibo: 2026-000017',
      'Fecha de la donación: 23 de noviembre de 2026',
      'Importe: 1234,50_US$ (USD)',
      'Comisiones de pago: cubiertas por usted; el importe incluye 3,50_US$ (USD) para ello',
      'Usted dona 1234,50_US$ (USD) cada mes hasta que cancele la donación. El próximo cobro será el 23 de diciembre de 2026.',
    ],
    pages: {
      facts: [
        'Importe: 1500_JPY',
        'Frecuencia: Una vez',
        'Recibida el: 23 de noviembre de 2026',
        'Artículo: Who owns the quay?',
        'Importe: 1234,50_US$',
        'Frecuencia: Cada mes',
        'Próxima donación: 23 de diciembre de 2026',
        'Artículo: Who owns the quay?',
      ],
      tiles: ['5_GBP', '10_GBP', '25_GBP', 'Otro'],
      sum: '10,36_GBP en total',
    },
    widget: {
      tiles: ['7,50_€', '15_€', '30_€', 'Otro'],
      give: 'Donar 15,00_€ una vez',
      hint: 'Por ejemplo, 11,25',
      waits: ['1 segundo', '60 segundos', '2 minutos', '5 minutos', '11 minutos'],
    },
  },
  ar: {
    mail: [
      'الإيصال ‹2026-000017›: شكرًا لتبرّعكم لـ ‹The Harbour Light›',
      'رقم الإيصال: ‹2026-000017›',
      'تاريخ التبرّع: 23 نوفمبر 2026',
      'المبلغ: ‹⟵1,234.50_US$ (USD)›',
      'رسوم الدفع: تحمّلتموها أنتم؛ يشمل المبلغ ‹⟵3.50_US$ (USD)› لتغطيتها',
      'تتبرّعون بمبلغ ‹⟵1,234.50_US$ (USD)› كل شهر إلى أن توقفوا التبرّع. موعد الخصم التالي: 23 ديسمبر 2026.',
    ],
    pages: {
      facts: [
        'المبلغ: ⟵1,500_JP¥',
        'وتيرة التبرّع: مرة واحدة',
        'تاريخ الوصول: 23 نوفمبر 2026',
        'المقال: Who owns the quay?',
        'المبلغ: ⟵1,234.50_US$',
        'وتيرة التبرّع: كل شهر',
        'التبرّع القادم: 23 ديسمبر 2026',
        'المقال: Who owns the quay?',
      ],
      tiles: ['⟵5_UK£', '⟵10_UK£', '⟵25_UK£', 'مبلغ آخر'],
      sum: '‹⟵10.36_UK£› إجمالًا',
    },
    widget: {
      tiles: ['⟵7.50_€', '⟵15_€', '⟵30_€', 'مبلغ آخر'],
      give: 'تبرّع بمبلغ ‹⟵15.00_€› مرة واحدة',
      hint: 'مثلًا ‹11.25›',
      waits: ['‹ثانية›', '‹60 ثانية›', '‹دقيقتان›', '‹5 دقائق›', '‹11 دقيقة›'],
    },
  },
};
