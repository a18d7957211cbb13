// This file lists the texts of values.json; the expected values were read over one by one.
import type { ParsedCase, WrittenCase } from "./generate-values.ts";

const RELATIVE = ["today","yesterday","the day after tomorrow","three weeks ago","in 10 days","a month from today","a year ago","last Friday","next Friday","this Friday","next Monday","last Monday","this Monday","2 fortnights ago","10000 days ago","half a day ago"];

const COMING = ["Friday","Friday the 1st","Mon 13th","the 18th","5 March","Oct/2","10/25","3/4","today","next Friday","upcoming Thursday","past Thursday","Monday of next week","next week Monday","3 days later","Christmas","next Easter","29 February"];
const PERIODS = ["this month","next weekend","last 3 days","next quarter","within 5 minutes","next hour","the last two quarters","week after next","april","this September","from Sep to Nov","from 10/25 to 01/25","from next Monday to Friday","tomorrow from 3 to 5pm","Monday 8-9am","5 to 6pm tomorrow","this evening","tonight","Friday morning","since tomorrow","before 4pm","tomorrow after 3pm","year to date","the nineties","last two hours"];

export const PARSED: readonly ParsedCase[] = [
  { as: "number", texts: ["23","twenty-three","1,234,567.80","1,23","1,2345",".5","-12.5","\u2212 3","+7","minus five","1.5 million","20k","2 1/4","3/4","½","2½","one and a half","five and a half million","half a million","three quarters","three quarters of a million","one hundred and twenty-three thousand four hundred and five","two dozen","nought point nought three","two hundred point seventy-one","a hundred","hundred","twenty twenty four","12 345","1e5","3 hundred and 21","one million and a half","two thirds","one hundred and thirty-two fifths","thirty-two fifths","thirty fifths","1/0","twenty one","one twenty","ten and five","0","-0","007"," 7 ","","nine hundred ninety-nine trillion","999999999999999999999999","9999999999999999999999999"] },
  { as: "number", texts: ["1.234,5","12,5","1.234","1,234.5"], point: "," },
  { as: "ordinal", texts: ["21st","22th","21 st","twenty-first","hundredth","two hundredth","one hundred twenty fifth","third","11th","the third","112th","first"] },
  { as: "percent", texts: ["20%","twenty per cent","12.5 %","minus five percent","20"] },
  { as: "date", texts: ["2024-03-05","2024/3/5","2024.03.05","2024-03/05","20240305","18000305","03/04/2024","13/04/2024","04/13/2024","31/12/99","5/5/2024","5 March 2024","5th of March, 2024","the fifth of March twenty twenty-four","March 5, 2024","Mar. 5th 2024","MAR 5 2024","Sept 5 2024","Tuesday, March 5, 2024","Tue. 5 March 2024","Monday, March 5, 2024","5-Mar-2024","5Mar2024","2024-Mar-05","30 February 2024","29 Feb 2023","29 Feb 2024","29 Feb 1900","March 5","March the 5th, 2024","March fifth, two thousand and five","5/3/24","5 March '24","the 4th day of July, 1976","2024-03-05T10:00:00Z","December twenty-first, nineteen oh five","tomorrow"] },
  { as: "date", texts: ["03/04/2024","13/04/2024","04/13/2024"], order:"dmy" },
  { as: "date", texts: ["03/04/2024"], order:"mdy" },
  { as: "date", texts: ["5/3/24","5 March '24","3.4.99","03/04/2024"], order:"dmy",century:1950 },
  { as: "time", texts: ["13:45","1:45 pm","1pm","9:30","09:30","0:15","noon","midnight","half past three","half past three pm","quarter to 12 am","quarter to one pm","14h30","1430 hours","3 o'clock","3 o'clock in the afternoon","ten past nine in the morning","5 to 6 pm","5 minutes to 6 pm","7:56:30 p.m.","6 p . m .","12 am","12 pm","13 pm","25:00","6.45 pm","6.45"] },
  { as: "time", texts: ["9:30","3:05:07"], clock: 24 },
  { as: "datetime", texts: ["2024-03-05T13:45:30+02:00","2024-03-05T13:45:30.000Z","5 March 2024 at 1:45 pm","13:45 on 5 March 2024","March 5, 2024, 9am","2024-03-05 13:45","5 March 2024"] },
  { as: "duration", texts: ["1 hour 30 minutes","1h30m","90 min","an hour and a half","half an hour","two weeks and 3 days","5m","1.5 hours","one and a half hours","PT1H30M","P3D","P","PT","a fortnight","two decades","2 days, 3 hours and 4 minutes","3 hours 2 days","15-minute","-3 days","0 seconds"] },
  { as: "phone", texts: ["(541) 754-3010","+1 541-754-3010","+44 (0)7123 129683","(+44) 20 7946 0958","020 7946 0958","1-541-754-3010","141-754-3010","+49 17612345678","541-754-3010 ext. 12","011 44 20 7946 0958","+999 12345678"], region:"US" },
  { as: "phone", texts: ["(541) 754-3010","020 7946 0958","00 33 1 23 45 67 89","+44 20 7946 0958 x 5"], region:"GB" },
  { as: "phone", texts: ["020 7946 0958","+44 20 7946 0958"] },
  { as: "currency", texts: ["$48.2 million","c $ 16.4 million","-$5","$-5","€12.50","12 euros","GBP 350","420 million finnish markka","US$ 20","nzd$15","one-yen","5 dollars","15 dollars 50","3 XYZ"], region:"US" },
  { as: "currency", texts: ["$5","£3","€3","5 pounds sterling"] },
  { as: "currency", texts: ["$5"], region:"AU" },
  { as: "currency", texts: ["1.234,50 €"], point:"," },
  { as: "unit", texts: ["10 1/2 miles","200lbs","3-inch","-5 degrees fahrenheit","20°C","100 degrees f","5 km/h","20 sq ft","3 m2","90 degrees","6 feet","5 feet 2 inches","50 km per day","2 in april","2 in","7 parsecs"] },
  ...["2024-01-31", "2024-02-05", "nonsense"].map((reference): ParsedCase => ({ as: "date", reference, texts: RELATIVE })),
  ...(["past", "future"] as const).flatMap((lean): readonly ParsedCase[] => [
    { as: "date", lean, order: "mdy", reference: "2024-02-29T10:30", texts: COMING },
    { as: "period", lean, clock: 24, reference: "2024-02-29T10:30", texts: PERIODS },
  ]),
  { as: "date", reference: "2024-02-29", texts: ["Friday","5 March","two days before 13 May 1999","Thanksgiving 2024","Easter 2024","the first Monday of May 2024","the last day of this month","Christmas"] },
  { as: "time", texts: ["1140 a.m.","9a","9:00p","9.am","15 past seven o'clock","in the afternoon at 7","seven p . m .","5 in the morning","mid night","five-thirty"] },
  { as: "datetime", reference: "2024-02-29T10:30", texts: ["now","in 5 minutes","half an hour ago","3 minutes from now","tomorrow at 5","tomorrow at 5pm","8am this morning","tonight at 7","end of the day","tomorrow at seven twenty-seven pm","in two days"] },
  { as: "datetime", reference: "2024-02-29", texts: ["now","in 5 minutes"] },
  { as: "period", texts: ["2016","April 2017","2017-04","q1 2017","2019-H2","the first quarter of 2017","week 10 of 2020","first week of 2021","last week of Dec 2016","the 1990s","1990s","21st century","5 to 6pm","8am-3","11:30 am to 12:30","2 to 4","from May to Oct 2020","Nov 19-20, 2015","2014-2018","before 2018","after Feb 2018","2018 or later","in the morning","april","nonsense"] },
  { as: "repeat", texts: ["daily","every day","each two weeks","every other week","every Monday","each monday at 4pm","Tuesdays at 9:30am","every weekday","once a week","quarterly","semi-annually","every 6pm","6am everyday"] },
  { as: "age", texts: ["five years old","8 months of age","a 90 day old","87 yo","aged 87","age 87","3-year-old","two hours old","old"] },
  { as: "range", texts: ["between 20 and 30","from one thousand to 1,500","1000-5000","more than 5","no less than 5","at most 3","up to 700","five hundred or more","greater than 100 and smaller than 300","equal to 7",">= 30","between 30 and 20","5 or more than 6"] },
];

export const SPOTTED: readonly { readonly as: ParsedCase["as"]; readonly text: string }[] = [
  { as: "date", text: "Ship on 03/04/2024, ordered 2024-01-05; see 1.2.3.4 or v20240305 and 5 May 2024." },
  { as: "number", text: "That one costs 3.50 or 1,200 (see 5/17/2018, 192.168.1.1, SCP-173, a_5, #6)" },
  { as: "phone", text: "call +44 20 7946 0958 or 555-0100" },
  { as: "currency", text: "from €5 to EUR 1,000 or $7" },
  { as: "time", text: "open 9am-5pm, 13:00 to 14:00" },
  { as: "duration", text: "wait 2 hours or 3 days" },
  { as: "unit", text: "a 5 km run, 3 kg bag" },
];

export const WRITTEN: readonly WrittenCase[] = [
  { as: "number", form: "plain", texts: ["1234.5","-0.5","1.50","abc","-0"] },
  { as: "number", form: "plain", texts: ["1234.5","2.675","-2.5"], places:0 },
  { as: "number", form: "grouped", texts: ["-1234567.5","123"], places:2 },
  { as: "number", form: "grouped", texts: ["1234.5"], point:"," },
  { as: "number", form: "words", texts: ["0","21","100","123456","-7","1.5","1000000000000000"] },
  { as: "number", form: "ordinal", texts: ["0","1","2","3","11","12","13","21","112","-1"] },
  { as: "percent", form: "plain", texts: ["20%","20"] },
  { as: "percent", form: "ratio", texts: ["20%","12.5%"] },
  { as: "percent", form: "words", texts: ["20%"] },
  { as: "duration", form: "seconds", texts: ["PT1H30M","P1D","P1M"] },
  { as: "duration", form: "clock", texts: ["PT1H30M","PT90S","P1D","PT0.5S"] },
  { as: "duration", form: "hours", texts: ["P1DT2H","PT1M"] },
  { as: "duration", form: "words", texts: ["P1Y2M","PT1H1M1S"] },
  { as: "phone", form: "(###) ###-####", texts: ["+15417543010","+442079460958"] },
  { as: "phone", form: "national", texts: ["+442079460958","+15417543010;ext=12"] },
  { as: "phone", form: "digits", texts: ["+15417543010"] },
  { as: "currency", form: "plain", texts: ["12.5 USD","1234567 EUR","12.5"], places:2 },
  { as: "currency", form: "before", texts: ["12.5 USD"] },
  { as: "currency", form: "code", texts: ["12.5 USD"] },
  { as: "unit", form: "°F", texts: ["100 °C","-40 °C","0 K","1 km"] },
  { as: "unit", form: "km", texts: ["10.5 mi","1 nmi"] },
  { as: "unit", form: "lb", texts: ["1 kg"] },
  { as: "unit", form: "amount", texts: ["5 km"] },
];
